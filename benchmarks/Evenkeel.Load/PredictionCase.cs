using System.Text.Json;
using Evenkeel.Inference;
using Evenkeel.Numerics;

namespace Evenkeel.Load;

/// <summary>A request for predictions and the outputs that it must be answered with.</summary>
/// <param name="Body">The JSON text of the request.</param>
/// <param name="Outputs">The outputs of its samples, one after the other.</param>
internal sealed record PredictionCase(byte[] Body, float[] Outputs)
{
    /// <summary>Draws requests and computes their outputs.</summary>
    /// <param name="predictor">The model that is being served.</param>
    /// <param name="count">The number of requests.</param>
    /// <param name="samples">The samples of each.</param>
    public static IReadOnlyList<PredictionCase> Create(Predictor predictor, int count, int samples)
    {
        float[] inputs = new float[count * samples * predictor.InputLength];
        float[] outputs = new float[count * samples * predictor.OutputLength];
        new RandomStream(Seed: 1, Stream: 0).FillUniform(inputs, 0, 1);
        predictor.Predict(inputs, outputs, count * samples); // one batch: outputs do not depend on it
        return
        [
            .. inputs.Chunk(samples * predictor.InputLength).Zip(outputs.Chunk(samples * predictor.OutputLength), (batch, expected) =>
                new PredictionCase(JsonSerializer.SerializeToUtf8Bytes(new { inputs = batch.Chunk(predictor.InputLength) }), expected)),
        ];
    }

    /// <summary>The body as the content of a request.</summary>
    public HttpContent Content() => new ByteArrayContent(Body) { Headers = { ContentType = new("application/json") } };

    /// <summary>Whether an answer has the expected outputs, bit for bit.</summary>
    /// <param name="answer">The JSON text of the answer.</param>
    public bool IsRight(ReadOnlyMemory<byte> answer)
    {
        using var json = JsonDocument.Parse(answer);
        IEnumerable<float> outputs = json.RootElement.GetProperty("outputs").EnumerateArray()
            .SelectMany(row => row.EnumerateArray()).Select(value => value.GetSingle());
        return outputs.Select(BitConverter.SingleToInt32Bits).SequenceEqual(Outputs.Select(BitConverter.SingleToInt32Bits));
    }
}
