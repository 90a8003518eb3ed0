using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Reports;

/// <summary>The root of <c>results.json</c>.</summary>
/// <typeparam name="TSettings">The study's settings.</typeparam>
/// <typeparam name="TRun">What one of its runs measured.</typeparam>
/// <param name="Study">The study's name.</param>
/// <param name="SchemaVersion">The version of the results' schema.</param>
/// <param name="Results">The results.</param>
internal sealed record StudyDocument<TSettings, TRun>(string Study, int SchemaVersion, StudyResults<TSettings, TRun> Results);
