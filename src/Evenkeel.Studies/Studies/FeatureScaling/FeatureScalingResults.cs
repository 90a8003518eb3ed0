global using FeatureScalingResults = Evenkeel.Studies.Results.StudyResults<Evenkeel.Studies.Studies.FeatureScaling.FeatureScalingSettings, Evenkeel.Studies.Studies.FeatureScaling.FeatureScalingRun>;
