import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Chromium without a window of its own does a quarter less work for the same pages; else Debian's or Ubuntu's whole one. */
export const chromiumProgram =
  ['/usr/lib/chromium/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync)

/** Why the desks cannot be tested here, or false. */
export const cannotTryDesks = (): string | false =>
  chromiumProgram === undefined
    ? 'there is no Chromium'
    : existsSync(fileURLToPath(new URL('../../dist/console/index.html', import.meta.url)))
      ? false
      : 'the console is not built: npm run console:build'

/** A host name as in an office network: over http the browser takes its pages for insecure. */
export const lanName = 'hotline.lan.example'

export const browserFlags = [
  '--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--autoplay-policy=no-user-gesture-required',
  `--host-resolver-rules=MAP ${lanName} 127.0.0.1`,
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // Addresses instead of names that only a local resolver knows; no process in advance for a page that does not come.
  '--disable-features=WebRtcHideLocalIpsWithMdns,SpareRendererForSitePerProcess'
]
