using System.Numerics.Tensors;
using Evenkeel.Inference;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Evenkeel.WebService;

/// <summary><c>POST /predict</c>.</summary>
internal static class PredictEndpoint
{
    /// <summary>Computes the outputs of all samples of a request as one batch.</summary>
    public static Results<Ok<PredictionResponse>, ProblemHttpResult> Predict([FromBody] PredictionRequest request, ModelHost models)
    {
        Predictor predictor = models.Current.Predictor;
        if (request.Problem(predictor.InputLength, models.MaxSamples) is { } problem)
        {
            return BadRequest(problem);
        }

        int batch = request.Inputs.Length;
        float[] inputs = new float[batch * predictor.InputLength], outputs = new float[batch * predictor.OutputLength];
        for (int i = 0; i < batch; i++)
        {
            request.Inputs[i].CopyTo(inputs, i * predictor.InputLength);
        }

        predictor.Predict(inputs, outputs, batch);
        if (!TensorPrimitives.IsFiniteAll<float>(outputs))
        {
            return BadRequest("An output is infinite or not a number: the inputs are too large for this model.");
        }

        float[][] rows = [.. outputs.Chunk(predictor.OutputLength)];
        return TypedResults.Ok(new PredictionResponse(rows, Array.ConvertAll(rows, row => TensorPrimitives.IndexOfMax<float>(row))));
    }

    private static ProblemHttpResult BadRequest(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);
}
