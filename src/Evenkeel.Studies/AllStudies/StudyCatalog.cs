using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Studies.FeatureScaling;
using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.AllStudies;

/// <summary>The catalog of studies.</summary>
internal static class StudyCatalog
{
    /// <summary>All studies, in the order of lists.</summary>
    public static IReadOnlyList<Study> All { get; } =
    [
        new InitScaleStudy(),
        new LearningRateStudy(),
        new EarlyOscillationStudy(),
        new SigmoidStudy(),
        new EarlyLayersStudy(),
        new AffineStudy(),
        new GradientFlowStudy(),
        new DepthStudy(),
        new PlacementStudy(),
        new BatchSizeStudy(),
        new NonIidStudy(),
        new InferenceStudy(),
        new RegularizationStudy(),
        new BatchMatesStudy(),
        new DropoutStudy(),
        new FeatureScalingStudy(),
        new FeaturesAndModelsStudy(),
        new LandscapeStudy(),
        new CovariateShiftStudy(),
        new DistributionSwitchStudy(),
        new CrossIterationWindowStudy(),
        new RecalibrationStudy(),
        new CostStudy(),
    ];
}
