import { readFileSync } from 'node:fs'

/** What stands in a recording of 16-bit mono sound at 8 kHz, also while it is still being written; `between` is seconds from its start. */
export function loudness (
  file: string, between: readonly [number, number] = [0, Infinity]
): { seconds: number, level: number, tone: (hertz: number) => number } {
  const bytes = readFileSync(file)
  const all = new Int16Array(bytes.buffer.slice(bytes.byteOffset + 44, bytes.byteOffset + bytes.length - ((bytes.length - 44) % 2)))
  const samples = all.subarray(...between.map(seconds => Math.max(0, seconds * 8000)))
  let energy = 0
  for (const sample of samples) energy += sample * sample
  return {
    seconds: samples.length / 8000,
    level: samples.length === 0 ? 0 : Math.sqrt(energy / samples.length) / 32768,
    // Goertzel over stretches of 50 ms; the share of the whole energy that lies at this frequency
    tone (hertz) {
      if (energy === 0) return 0
      const length = 400
      const step = 2 * Math.cos(2 * Math.PI * hertz / 8000)
      let found = 0
      for (let start = 0; start + length <= samples.length; start += length) {
        let [one, two] = [0, 0]
        for (let i = start; i < start + length; i++) [one, two] = [(samples[i] ?? 0) + step * one - two, one]
        found += (one * one + two * two - step * one * two) * 2 / length
      }
      return Math.min(1, found / energy)
    }
  }
}
