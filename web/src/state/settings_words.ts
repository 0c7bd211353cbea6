/** The words of the settings, which are fetched with their pages. */
import en from '../strings/settings.en.json';
import ja from '../strings/settings.ja.json';
import { addWords } from './language.svelte';

addWords({ ja, en });
