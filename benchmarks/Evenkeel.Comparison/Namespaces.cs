// Namespaces that types of the library moved into or out of. Declared here, empty, they let the same using directives compile against
// commits from before and after the move.
#pragma warning disable IDE0130 // The namespaces are the library's.
#pragma warning disable IDE0161 // There are several.

namespace Evenkeel.Layers.Activations
{
}

namespace Evenkeel.Layers.Pooling
{
}
