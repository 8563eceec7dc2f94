/** The functions as their callers see them: each without its first parameter. "Go to definition" still leads to the function itself. */
export type Bound<F> = {
  [K in keyof F]: F[K] extends (given: never, ...rest: infer Rest) => infer Answer ? (...rest: Rest) => Answer : never
}

/** Binds the same first argument to each of these functions. A generic function loses its type parameters. */
export function bind<Given, F extends Record<string, (given: Given, ...rest: never[]) => unknown>> (given: Given, functions: F): Bound<F> {
  return Object.fromEntries(Object.entries(functions).map(([name, f]) => [name, f.bind(null, given)])) as Bound<F>
}
