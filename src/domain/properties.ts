/** The names of an object's properties. For objects of which the type says all there are, as for a table written in the code. */
export const keysOf = <T extends object>(object: T): Array<keyof T & string> => Object.keys(object) as Array<keyof T & string>

/** An object with a value for each of these names. */
export const recordOf = <const N extends readonly string[], V>(names: N, valueOf: (name: N[number]) => V): Record<N[number], V> =>
  Object.fromEntries(names.map(name => [name, valueOf(name)])) as Record<N[number], V>

/** Those properties that `like` has as well, without what is undefined: what is added later is not passed on by accident. */
export function pick<T extends object, K extends keyof T & string> (from: T, like: Readonly<Record<K, unknown>>): Pick<T, K> {
  return Object.fromEntries(keysOf(like).flatMap(name => from[name] === undefined ? [] : [[name, from[name]]])) as Pick<T, K>
}
