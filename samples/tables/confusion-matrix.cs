#!/usr/bin/env dotnet
// Counts which classes are taken for which others on rows held out, and measures how well their probabilities order them.
// In the repository's folder: dotnet run -c Release samples/tables/confusion-matrix.cs
// Outside the repository, write "#:package Evenkeel.Tables@0.1.0" instead of the next line.
#:project ../../src/Evenkeel.Tables/Evenkeel.Tables.csproj
#:property PublishAot=false
using Evenkeel.Tables;

var table = new TableFile("samples/tables/customers.csv");
var options = new TableTrainingOptions { Label = "churned", Validation = 0.3, BalanceClasses = true };
var metrics = TableTrainer.Train(table, options).Validation!.Classification;

Console.WriteLine(metrics.Confusion);
Console.WriteLine($"recall of 'yes': {metrics.Confusion.Scores(1).Recall:F3}");
Console.WriteLine($"area under the ROC curve: {metrics.RocArea():F3}");
