namespace Evenkeel.Studies.Harness;

/// <summary>One setting, for people to read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">What it is.</param>
internal sealed record SettingDetail(string Name, string Text);
