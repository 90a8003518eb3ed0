using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Evenkeel.WebService;

/// <summary>Healthy while the file's model is served; degraded while an older one is.</summary>
/// <param name="models">The model being served.</param>
internal sealed class ModelHealthCheck(ModelHost models) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(models.Refusal is { } refusal ? HealthCheckResult.Degraded(refusal) : HealthCheckResult.Healthy());
}
