// Styles, which esbuild writes to a file of their own.
declare module "*.css";
