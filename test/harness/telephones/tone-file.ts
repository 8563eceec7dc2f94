/** A sentence of the exchange that tests tell from any other: a tone (8 kHz, 16 bit, mono). */
export function toneFile (hertz: number, seconds: number): Buffer {
  const samples = Array.from({ length: 8000 * seconds }, (_, i) => Math.round(8000 * Math.sin(2 * Math.PI * hertz * i / 8000)))
  const sound = Buffer.from(Int16Array.from(samples).buffer)
  const header = Buffer.from('524946460000000057415645666d74201000000001000100401f0000803e0000020010006461746100000000', 'hex')
  header.writeUInt32LE(36 + sound.length, 4)
  header.writeUInt32LE(sound.length, 40)
  return Buffer.concat([header, sound])
}
