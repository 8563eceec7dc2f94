/** The hotline as citizens of the district know it: in texts, and as a voice says it. */
export const hotlineName = { written: '闵行962000', spoken: '闵行九六二零零零' } as const
