import './viewer-mark.css'
import { useMemo, type ReactNode } from 'react'
import { useWho } from '../api/session.tsx'
import { now } from '../moments/now.ts'
import { useNow } from '../moments/moments.tsx'
import { local } from '../moments/zone.ts'

const escaped = (text: string): string => text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)

/** A tile of 340 × 200 px with the words across it, as CSS takes a picture. */
function tile (words: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="340" height="200"><text x="170" y="100" text-anchor="middle"
    transform="rotate(-20 170 100)" font-family="sans-serif" font-size="15" fill="#17242b">${escaped(words)}</text></svg>`
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`
}

/**
 * 水印: who looks and the minute, over every desk, dialogue and printed page, so that a picture of an order says whose screen it was.
 * It takes no clicks.
 */
export function ViewerMark (): ReactNode {
  const { login } = useWho()
  // Told again each second; the picture changes with the minute.
  useNow()
  const words = `${login} ${local(now()).format('YYYY-MM-DD HH:mm')}`
  const backgroundImage = useMemo(() => tile(words), [words])
  return <div className='viewer-mark' data-words={words} aria-hidden style={{ backgroundImage }} />
}
