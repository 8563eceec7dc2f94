import { existsSync, readFileSync } from 'node:fs'

export interface Sound {
  seconds: number
  /** how loud it was on average, 0 to 1 */
  level: number
  /** share (0 to 1) of the sound that is this tone */
  tone: (hertz: number) => number
  /** for how many seconds this tone is heard: at least this share (default 0.03) of all that is heard then */
  lasts: (hertz: number, share?: number) => number
}

const headerBytes = 44
/** 50 ms */
const partLength = 400

const energyOf = (samples: Int16Array): number => samples.reduce((sum, sample) => sum + sample * sample, 0)

/** Goertzel's: how much of the energy lies at this frequency */
function energyAt (hertz: number, samples: Int16Array): number {
  const step = 2 * Math.cos(2 * Math.PI * hertz / 8000)
  let [one, two] = [0, 0]
  for (const sample of samples) [one, two] = [sample + step * one - two, one]
  return (one * one + two * two - step * one * two) * 2 / samples.length
}

/** Whether a recording has been closed: its header tells its length only then. */
export function isWhole (file: string): boolean {
  if (!existsSync(file)) return false
  const bytes = readFileSync(file)
  return bytes.length >= headerBytes && bytes.readUInt32LE(headerBytes - 4) === bytes.length - headerBytes
}

/** What stands in a recording of 16-bit mono sound at 8 kHz, also while it is still being written. */
export function loudness (file: string): Sound {
  const bytes = readFileSync(file)
  const odd = (bytes.length - headerBytes) % 2
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset + headerBytes, bytes.byteOffset + bytes.length - odd))
  const energy = energyOf(samples)
  const part = (i: number): Int16Array => samples.subarray(i * partLength, (i + 1) * partLength)
  const parts = Array.from({ length: Math.floor(samples.length / partLength) }, (_, i) => part(i))
  return {
    seconds: samples.length / 8000,
    level: samples.length === 0 ? 0 : Math.sqrt(energy / samples.length) / 32768,
    tone: hertz => energy === 0 ? 0 : Math.min(1, parts.reduce((sum, part) => sum + energyAt(hertz, part), 0) / energy),
    lasts: (hertz, share = 0.03) => parts.filter(part => energyAt(hertz, part) > share * energyOf(part)).length * partLength / 8000
  }
}
