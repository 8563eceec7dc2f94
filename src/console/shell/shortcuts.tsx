import { Button, type ButtonProps } from 'antd'
import { useLayoutEffect, useRef, type ReactNode } from 'react'

/** Who listens, the newest last: what has appeared last - a dialogue, the keys of a call - has its keys for itself (decision 14). */
const listening: Array<{ keys: string }> = []

/**
 * A key that works anywhere on the page, written as it is shown: `F2`, `Alt+A`, `Ctrl+Enter`. Alt, Ctrl and function
 * keys work inside input fields too; nothing here takes a plain letter from somebody who is typing.
 */
export function useShortcut (keys: string | undefined, act: () => void, enabled = true): void {
  const latest = useRef(act)
  // Before the paint: a key that is shown is one that works.
  useLayoutEffect(() => { latest.current = act })
  useLayoutEffect(() => {
    if (keys === undefined || !enabled) return
    const me = { keys }
    const parts = keys.split('+')
    const key = (parts.at(-1) ?? '').toLowerCase()
    const wants = (name: string): boolean => parts.includes(name)
    const press = (event: KeyboardEvent): void => {
      if (event.altKey !== wants('Alt') || event.ctrlKey !== wants('Ctrl') || event.shiftKey !== wants('Shift')) return
      if (event.key.toLowerCase() !== key && event.code.toLowerCase() !== `key${key}` && event.code.toLowerCase() !== `digit${key}`) return
      event.preventDefault()
      // It is nobody else's: Ctrl+Enter in a list of choices saves, and chooses nothing.
      event.stopPropagation()
      if (!event.repeat && listening.findLast(l => l.keys === keys) === me) latest.current()
    }
    listening.push(me)
    addEventListener('keydown', press, { capture: true })
    return () => {
      listening.splice(listening.indexOf(me), 1)
      removeEventListener('keydown', press, { capture: true })
    }
  }, [keys, enabled])
}

/** A button that shows the key it also listens to. */
export function KeyButton ({ keys, onPress, children, disabled = false, ...rest }: Omit<ButtonProps, 'onClick'> & { keys?: string, onPress: () => void }): ReactNode {
  useShortcut(keys, onPress, !disabled)
  return <Button {...rest} disabled={disabled} onClick={onPress} aria-keyshortcuts={keys?.replace('Ctrl', 'Control')}>{children}{keys !== undefined && <kbd>{keys}</kbd>}</Button>
}
