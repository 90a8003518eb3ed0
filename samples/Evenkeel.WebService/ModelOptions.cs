namespace Evenkeel.WebService;

/// <summary>The section "Model" of the configuration.</summary>
internal sealed class ModelOptions
{
    /// <summary>The model file, as <c>evenkeel train --save</c> and <c>ModelFile.Save</c> write it.</summary>
    public string Path { get; set; } = "model.evenkeel";

    /// <summary>The interval at which the file is checked for changes; at least a millisecond.</summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The samples of a request at most, which bounds its memory; at least 1.</summary>
    public int MaxSamples { get; set; } = 1000;
}
