using Evenkeel.WebService;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 4 << 20);
builder.Services.Configure<ModelOptions>(builder.Configuration.GetSection("Model"));
builder.Services.AddSingleton<ModelHost>();
builder.Services.AddHostedService(services => services.GetRequiredService<ModelHost>());
builder.Services.AddHealthChecks().AddCheck<ModelHealthCheck>("model");
builder.Services.AddProblemDetails();
builder.Services.AddExceptionHandler<BadRequestHandler>();
builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // for BadRequestHandler to explain
builder.Services.ConfigureHttpJsonOptions(json => ServiceJson.Configure(json.SerializerOptions));

WebApplication app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapPost("/predict", Prediction.Predict);
app.MapGet("/model", (ModelHost models) => ModelDescription.Of(models.Current));
app.MapHealthChecks("/healthz");
app.Run();
