import { Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useCategories, useCategorySearch, useNameOf, type Category } from '../../../directory/directory.ts'

/** A category by typing words: 路灯, 噪音, 油烟 …; the best match is first, Enter takes it. */
export function CategoryField ({
  id, value, onChange
}: { id: string, value: string | null, onChange: (category: Category | null) => void }): ReactNode {
  const [words, setWords] = useState('')
  const all = useCategories()
  const nameOf = useNameOf()
  const found = useCategorySearch(words)
  const shown = words.trim() === '' ? all : found
  const chosen = all.find(c => c.code === value)
  const options = [...shown, ...(chosen && !shown.some(c => c.code === chosen.code) ? [chosen] : [])]
  return (
    <Select
      id={id} value={value} allowClear onChange={(code: string | undefined) => { onChange(options.find(c => c.code === code) ?? null) }}
      showSearch={{ filterOption: false, searchValue: words, onSearch: setWords }}
      options={options.map(c => ({ value: c.code, label: `${nameOf(c)} · ${nameOf({ name: c.className, nameEn: c.classNameEn })}` }))}
    />
  )
}
