/** The value of a key that is in the map. @throws Error naming the key when it is not */
export function valueIn<K, V> (map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined) throw new Error(`there is no ${String(key)} here`)
  return value
}
