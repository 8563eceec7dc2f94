import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The format of every prompt: 8 kHz, 16 bit, one channel, as in the telephone network. */
const telephone = ['-r', '8000', '-c', '1', '-b', '16', '-e', 'signed-integer']

/** Speaks `text` in Mandarin with espeak-ng into a WAV file. The text goes in by standard input: no shell, no options in it. */
export async function speakMandarin (text: string, file: string, signal?: AbortSignal): Promise<void> {
  const raw = `${file}.raw.wav`
  const speaking = run('espeak-ng', ['-v', 'cmn', '-s', '210', '-w', raw, '--stdin'], { timeout: 20_000, ...(signal ? { signal } : {}) })
  speaking.child.stdin?.on('error', () => {})
  speaking.child.stdin?.end(text)
  try {
    await speaking
    await toTelephone(raw, file)
  } finally {
    await rm(raw, { force: true })
  }
}

/** Converts any WAV to the telephone network's format, with even loudness. */
export async function toTelephone (from: string, to: string): Promise<void> {
  await run('sox', ['-G', from, ...telephone, '-t', 'wavpcm', to, 'norm', '-3'], { timeout: 20_000 })
}

/** Quiet chords for waiting callers, so that no music licence is needed. */
export async function makeHoldMusic (file: string): Promise<void> {
  const chord = (...notes: string[]) => notes.flatMap(note => ['pluck', note])
  const part = async (name: string, notes: string[]) => {
    await run(
      'sox',
      [
        '-n', '-r', '8000', '-c', String(notes.length), '-b', '16', name, 'synth', '4', ...chord(...notes), 'remix', '1,2,3', 'fade', 'q',
        '0.02', '4', '1.5', 'gain', '-12'
      ],
      { timeout: 20_000 }
    )
  }
  const parts = [['C4', 'E4', 'G4'], ['A3', 'C4', 'E4'], ['F3', 'A3', 'C4'], ['G3', 'B3', 'D4']]
  const names = parts.map((_, i) => `${file}.${i}.wav`)
  for (const [i, notes] of parts.entries()) await part(names[i] ?? '', notes)
  // "wavpcm": the plain header; Asterisk reads no other
  await run('sox', [...names, ...telephone, '-t', 'wavpcm', file], { timeout: 20_000 })
  for (const name of names) await rm(name, { force: true })
}
