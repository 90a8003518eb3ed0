global using InitScaleResults = Evenkeel.Studies.StudyResults<Evenkeel.Studies.InitScale.InitScaleSettings, Evenkeel.Studies.InitScale.InitScaleRun>;
