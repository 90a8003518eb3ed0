using Evenkeel.WebService;

const int MaxBodyMiB = 4;
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBodyMiB << 20);
builder.Services.AddOptions<ModelOptions>().BindConfiguration("Model")
    .Validate(model => model.Path.Length > 0, "Model:Path is empty; it must be the path of a model file.")
    .Validate(model => model.ReloadInterval >= TimeSpan.FromMilliseconds(1), "Model:ReloadInterval must be at least a millisecond.")
    .Validate(model => model.MaxSamples > 0, "Model:MaxSamples must be at least 1.")
    .ValidateOnStart();
builder.Services.AddSingleton<ModelHost>();
builder.Services.AddHostedService(services => services.GetRequiredService<ModelHost>());
builder.Services.AddHealthChecks().AddCheck<ModelHealthCheck>("model");
builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
{
    if (context.ProblemDetails.Status == StatusCodes.Status413PayloadTooLarge)
    {
        context.ProblemDetails.Detail = $"The body is larger than {MaxBodyMiB} MiB; send fewer samples per request.";
    }
});
builder.Services.AddExceptionHandler<BadRequestHandler>();
builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // for BadRequestHandler to explain
builder.Services.ConfigureHttpJsonOptions(json => ServiceJson.Configure(json.SerializerOptions));

WebApplication app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapPost("/predict", PredictEndpoint.Predict);
app.MapGet("/model", (ModelHost models) => ModelDescription.Of(models.Current));
app.MapHealthChecks("/healthz");
app.Run();
