/** The words of the projects, which are fetched with their pages. */
import './settings_words';
import en from '../strings/projects.en.json';
import ja from '../strings/projects.ja.json';
import { addWords } from './language.svelte';

addWords({ ja, en });
