import { useRef, type ReactNode } from 'react'
import { useShortcut } from '../../shell/shortcuts.tsx'

interface PhoneKeyProps {
  word: string
  keys?: string
  onPress: () => void
  disabled?: boolean
  tone?: 'answer' | 'end' | 'on' | undefined
  working?: boolean
}

/** A key of the telephone bar: the word, and below it the shortcut. */
export function PhoneKey ({ word, keys, onPress, disabled = false, tone, working = false }: PhoneKeyProps): ReactNode {
  const at = useRef<HTMLButtonElement>(null)
  useShortcut(keys, onPress, at, !disabled)
  return (
    <button
      ref={at}
      type='button'
      aria-busy={working}
      className={`phone-key ${tone ?? ''} ${working ? 'working' : ''}`}
      disabled={disabled}
      onClick={onPress}
      aria-keyshortcuts={keys?.replace('Ctrl', 'Control')}
    >
      <span>{word}</span>
      {keys !== undefined && <kbd>{keys}</kbd>}
    </button>
  )
}
