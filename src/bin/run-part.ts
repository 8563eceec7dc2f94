import './load-env.ts'
import { createService } from '../compose.ts'
import { readConfig } from '../config.ts'
import { openGround } from '../servers/ground.ts'
import { onEnd } from './on-end.ts'

/** Runs one part of the service on servers that already run: `http` answers requests, `background` does the work. */
export async function runPart (part: 'http' | 'background'): Promise<void> {
  try {
    const ground = openGround(readConfig())
    const service = await createService({ ...ground, parts: [part] })
    onEnd(async () => await service.stop())
    await service.start()
    console.log(part === 'http' ? `listening on ${service.address}` : 'working')
  } catch (error) {
    console.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(1)
  }
}
