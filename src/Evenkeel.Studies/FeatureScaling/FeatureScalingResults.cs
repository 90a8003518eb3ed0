global using FeatureScalingResults = Evenkeel.Studies.StudyResults<Evenkeel.Studies.FeatureScalingSettings, Evenkeel.Studies.FeatureScalingRun>;
