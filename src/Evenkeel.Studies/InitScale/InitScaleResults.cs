global using InitScaleResults = Evenkeel.Studies.StudyResults<Evenkeel.Studies.InitScaleSettings, Evenkeel.Studies.InitScaleRun>;
