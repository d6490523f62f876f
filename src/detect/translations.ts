/** Files that hold the texts of a program in one language: whatever their keys say, their values are labels and sentences. */

/** A folder of translations, and a language or country code in the name of the file or of a folder on the way to it. */
const TRANSLATION =
  /(?:^|\/)(?:i18n|l10n|_?locales?|langs?|languages?|translations?|intl)\/(?:[^/]{1,60}\/){0,3}?(?:[a-z]+[-_.])?[a-z]{2,3}(?:[-_](?:[A-Za-z]{4}|[A-Za-z]{2}|[0-9]{3})){0,2}(?:\.(?:json|ya?ml|properties|po|xml|resx|arb|strings|js|ts|php|ini|toml)$|\/)/;

/** Whether a path with `/`, absolute or relative, is one of them: `assets/i18n/de_DE.json`, `locale/sl/LC_MESSAGES/django.po`. */
export function isTranslation(path: string): boolean {
  return TRANSLATION.test(path);
}
