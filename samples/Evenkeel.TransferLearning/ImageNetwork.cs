using System.Numerics.Tensors;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Onnx;

namespace Evenkeel.TransferLearning;

/// <summary>A network for colour images, read from an ONNX file and compiled, so that nothing in it changes any more.</summary>
internal sealed class ImageNetwork
{
    /// <summary>The number of images per call of the predictor, which divides them among its threads.</summary>
    private const int Batch = 32;

    private readonly Predictor _predictor;

    /// <summary>Reads and compiles a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="NotSupportedException">The network does not take images of three channels.</exception>
    public ImageNetwork(string path)
    {
        OnnxNetwork read = OnnxFile.Load(path);
        if (read.SampleShape is not [ImageNetInput.Channels, _, _])
        {
            throw new NotSupportedException(
                $"'{path}' takes samples of shape [{string.Join(", ", read.SampleShape)}]; expected images [3, height, width].");
        }

        Network = read.Network;
        _predictor = Network.Compile([.. read.SampleShape]);
    }

    /// <summary>The network as it was read.</summary>
    public Layer Network { get; }

    /// <summary>The shape of a sample of its input.</summary>
    public ReadOnlySpan<nint> SampleShape => _predictor.InputShape;

    /// <summary>The number of outputs for an image.</summary>
    public int Outputs => _predictor.OutputLength;

    /// <summary>Computes the outputs [N, outputs] for grey images [N, height, width, 1].</summary>
    public Tensor<float> Predict(Tensor<float> images)
    {
        (int Height, int Width) from = ((int)images.Lengths[1], (int)images.Lengths[2]), to = ((int)SampleShape[1], (int)SampleShape[2]);
        int count = (int)images.Lengths[0], pixels = from.Height * from.Width;
        Tensor<float> outputs = Tensor.CreateFromShapeUninitialized<float>([count, Outputs]);
        float[] inputs = new float[Batch * _predictor.InputLength];
        for (int first = 0, samples; first < count; first += samples)
        {
            samples = Math.Min(Batch, count - first);
            for (int i = 0; i < samples; i++)
            {
                ReadOnlySpan<float> grey = images.Elements().Slice((first + i) * pixels, pixels);
                ImageNetInput.Write(grey, from, inputs.AsSpan(i * _predictor.InputLength, _predictor.InputLength), to);
            }

            _predictor.Predict(
                inputs.AsSpan(0, samples * _predictor.InputLength), outputs.Elements().Slice(first * Outputs, samples * Outputs), samples);
        }

        return outputs;
    }
}
