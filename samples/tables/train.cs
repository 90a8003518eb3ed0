#!/usr/bin/env dotnet
// Trains a model on a CSV file, and measures it on the fifth of the rows that it was not trained on.
// In the repository's folder: dotnet run -c Release samples/tables/train.cs
// Outside the repository, write "#:package Evenkeel.Tables@0.1.0" instead of the next line.
#:project ../../src/Evenkeel.Tables/Evenkeel.Tables.csproj
#:property PublishAot=false
using Evenkeel.Tables;

var table = new TableFile("samples/tables/customers.csv");
var result = TableTrainer.Train(table, new TableTrainingOptions { Label = "churned" });

Console.WriteLine($"features: {string.Join(", ", result.Model.Preparation.FeatureNames)}");
Console.WriteLine($"left out: {string.Join(", ", result.LeftOut.Select(column => column.Description))}");
Console.WriteLine($"trained on {result.TrainingRows} rows in {result.History.Count} epochs");
Console.WriteLine($"held out: {result.Validation}");
