global using InitScaleResults = Evenkeel.Studies.Results.StudyResults<Evenkeel.Studies.Studies.InitScale.InitScaleSettings, Evenkeel.Studies.Studies.InitScale.InitScaleRun>;
