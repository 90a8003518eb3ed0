using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Data;
using Evenkeel.Numerics;
using Evenkeel.Studies.Images;

namespace Evenkeel.Studies.Tests.Images;

public class SyntheticImagesTests
{
    private static readonly ImageClassificationData Data = SyntheticImages.Create(train: 1000, test: 500);

    [Fact]
    public void They_are_images_in_classes()
    {
        Assert.Equal((28, 28, 1, 10), (Data.Height, Data.Width, Data.Channels, Data.Classes));
        Assert.Equal((1000, 500), (Data.Train.Count, Data.Test.Count));
        Assert.All(Data.Train.Inputs.Elements().ToArray(), pixel => Assert.InRange(pixel, 0, 1));
        Assert.All(Data.Train.Targets.Elements().ToArray().GroupBy(label => label), of => Assert.InRange(of.Count(), 60, 140));
        Assert.Equal(10, Data.Train.Targets.Elements().ToArray().Distinct().Count());
    }

    [Fact]
    public void An_image_does_not_depend_on_the_number_of_images()
    {
        ImageClassificationData few = SyntheticImages.Create(train: 10, test: 10);

        Assert.Equal(few.Train.Inputs.Elements(), Data.Train.Take(10).Inputs.Elements());
        Assert.Equal(few.Test.Targets.Elements(), Data.Test.Take(10).Targets.Elements());
    }

    [Fact]
    public void They_have_the_same_bits_on_every_machine() => Assert.Equal(
        "b602e72df0007815b09e40ab669cfb80",
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(Data.Train.Inputs.Elements())))[..32]);
}
