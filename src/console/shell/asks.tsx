import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'

/** A button that asks for a reason before it acts. */
export function Asks ({ label, hint, onSay }: { label: string, hint: string, onSay: (words: string) => void }): ReactNode {
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
      <Button
        size='small'
        type='primary'
        disabled={words.trim().length < 2}
        onClick={() => { onSay(words.trim()); setWords(null) }}
      >
        {label}
      </Button>
      <Button size='small' onClick={() => { setWords(null) }}>×</Button>
    </span>
  )
}
