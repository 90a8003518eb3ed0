#!/usr/bin/env dotnet
// Takes the logarithm of one column and standardizes it: z = (log(1 + x) − mean) / standard deviation; gaps get the median.
// In the repository's folder: dotnet run -c Release samples/tables/log-standardize.cs
// Outside the repository, write "#:package Evenkeel.Tables@0.1.0" instead of the next line.
#:project ../../src/Evenkeel.Tables/Evenkeel.Tables.csproj
#:property PublishAot=false
using Evenkeel.Scaling;
using Evenkeel.Tables;
using Evenkeel.Tables.Preparation;

var income = new NumberPreparation("income", () => new ScalerPipeline(new LogScaler(), new StandardScaler()));
var preparation = new TablePreparation(income);
var features = preparation.FitTransform(new TableFile("samples/tables/customers.csv"));

Console.WriteLine($"{features.Lengths[0]} rows of {string.Join(", ", preparation.FeatureNames)}; gaps get {income.Filling:F0}");
Console.WriteLine($"first row: {features[0, 0]:F3}, {features[0, 1]}");
