global using FeatureScalingResults = Evenkeel.Studies.StudyResults<Evenkeel.Studies.FeatureScaling.FeatureScalingSettings, Evenkeel.Studies.FeatureScaling.FeatureScalingRun>;
