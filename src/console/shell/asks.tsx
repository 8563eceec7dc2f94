import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { KeyButton } from './shortcuts.tsx'

interface AsksProps {
  label: string
  hint: string
  /** Answers whether it was done: until then the words stay. */
  onSay: (words: string) => Promise<boolean>
}

/** A button that asks for a reason before it acts. */
export function Asks ({ label, hint, onSay }: AsksProps): ReactNode {
  const [words, setWords] = useState<string | null>(null)
  if (words === null) return <Button size='small' onClick={() => { setWords('') }}>{label}</Button>
  return (
    <span className='row'>
      <Input
        size='small'
        autoFocus
        maxLength={200}
        value={words}
        aria-label={hint}
        placeholder={hint}
        onChange={e => { setWords(e.target.value) }}
        style={{ width: 180 }}
      />
      <KeyButton
        size='small'
        type='primary'
        disabled={words.trim().length < 2}
        onPress={async () => { if (await onSay(words.trim())) setWords(null) }}
      >
        {label}
      </KeyButton>
      <Button size='small' onClick={() => { setWords(null) }}>×</Button>
    </span>
  )
}
