/** Sections of the account page: the values of `?section=`. The first one is shown without the parameter. */
export const SECTIONS = ['profile', 'security', 'sessions', 'activity', 'data'] as const;

export const SECTION_PARAM = 'section';

export type Section = (typeof SECTIONS)[number];

/** Returns the section of the query parameter. A user can write any text there. */
export function sectionOf(name: string | null): Section {
  return SECTIONS.find((section) => section === name) ?? 'profile';
}

/** Returns the key of the heading. The page title has the same text. */
export function titleOf(section: Section) {
  return section === 'profile' ? 'account.title' : (`account.section.${section}` as const);
}
