using System.CommandLine;
using System.Diagnostics;
using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Networks;
using Evenkeel.Onnx;
using Evenkeel.TransferLearning;

const int ComparedImages = 100;
const double Tolerance = 1e-4;
var backboneFile = new Argument<string>("backbone")
{
    Description = "The ONNX file of a network that takes images [3, height, width]; by default ResNet-18.",
    DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "ResNet18.onnx"),
};
var data = new Option<string>("--data") { Description = "A folder in MNIST's format.", DefaultValueFactory = _ => "data/mnist" };
var trainCount = new Option<int>("--train") { Description = "The number of training images.", DefaultValueFactory = _ => 2000 };
var testCount = new Option<int>("--test") { Description = "The number of test images.", DefaultValueFactory = _ => 1000 };
var epochs = new Option<int>("--epochs") { Description = "The number of passes over the features.", DefaultValueFactory = _ => 30 };
var output = new Option<string>("--out") { Description = "The ONNX file to write.", DefaultValueFactory = _ => "digits.onnx" };
var command = new RootCommand("Trains a new last layer for a pretrained network.")
{
    backboneFile, data, trainCount, testCount, epochs, output,
};
command.SetAction(parsed =>
{
    var backbone = new ImageNetwork(parsed.GetValue(backboneFile)!);
    ImageClassificationData digits = IdxImages.LoadFolder(parsed.GetValue(data)!);
    Dataset<int> train = digits.Train.Take(parsed.GetValue(trainCount)), test = digits.Test.Take(parsed.GetValue(testCount));

    // The backbone is frozen, so that an image has the same features in every epoch: they are computed once.
    long start = Stopwatch.GetTimestamp();
    var trainFeatures = new Dataset<int>(backbone.Predict(train.Inputs), train.Targets);
    var testFeatures = new Dataset<int>(backbone.Predict(test.Inputs), test.Targets);
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    Console.WriteLine($"{backbone.Outputs} features of {train.Count} training and {test.Count} test images: {seconds:F1} s");

    LastLayer head = LastLayer.Train(trainFeatures, testFeatures, digits.Classes, parsed.GetValue(epochs));
    Console.WriteLine($"last layer on the features: {head}");
    LastLayer baseline = LastLayer.Train(train, test, digits.Classes, parsed.GetValue(epochs));
    Console.WriteLine($"the same layer on the pixels: {baseline}");

    // In the file, backbone and last layer are one network; read back, it gives the scores of the two.
    string path = parsed.GetValue(output)!;
    OnnxFile.Save(path, new Sequential(("backbone", backbone.Network), ("head", head.Network)), backbone.SampleShape);
    Dataset<int> compared = test.Take(Math.Min(ComparedImages, test.Count));
    Tensor<float> expected = head.Network.Predict(testFeatures.Take(compared.Count).Inputs);
    Tensor<float> scores = new ImageNetwork(path).Predict(compared.Inputs);
    double difference = Tensor.Norm<float>(Tensor.Subtract<float>(scores, expected)) / Tensor.Norm<float>(expected);
    Console.WriteLine($"{path}: read back, the scores of {compared.Count} images differ by {difference:G2} of their norm");
    return difference <= Tolerance ? 0 : 1;
});
return command.Parse(args).Invoke();
