using System.Numerics.Tensors;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Models;

/// <summary>Files of earlier versions load for ever: <c>Golden/model-1.evenkeel</c> is the first.</summary>
/// <remarks>
/// <c>EVENKEEL_WRITE_MODEL=FILE dotnet test …</c> writes such a file, for a new version of the format; those of old ones stay as they are.
/// </remarks>
public class ReleasedFileTests
{
    [Theory]
    [InlineData("model-1.evenkeel", 1)]
    public void A_file_of_a_release_loads_as_it_did(string name, int version)
    {
        if (Environment.GetEnvironmentVariable("EVENKEEL_WRITE_MODEL") is { } path)
        {
            ModelFile.Save(Create(), path);
        }

        ModelFile loaded = ModelFile.Load(Path.Combine(AppContext.BaseDirectory, "Models", "Golden", name));
        Sequential expected = Create();
        Assert.Equal(1, version);
        ModelFileTests.AssertSameState(expected, loaded.Network);
        Assert.Equal(ModelFileTests.Write(expected), ModelFileTests.Write(loaded.Network));
    }

    /// <summary>One of each layer, with the state that a few steps of arithmetic give, which no version of training changes.</summary>
    private static Sequential Create()
    {
        var network = new Sequential([.. SampleLayers.CreateThoseOfModel1().Select((layer, i) => ($"layer{i}", layer))]);
        int seed = 0;
        foreach (Tensor<float> value in network.Parameters.Select(parameter => parameter.Value))
        {
            Tensor.Create(TestData.Uniform((int)value.FlattenedLength, ++seed), value.Lengths).CopyTo(value);
        }

        return network;
    }
}
