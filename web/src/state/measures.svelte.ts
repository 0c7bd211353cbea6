/** Which value of a measure is opened to what it was made of. */
import type { Measure, MeasureValue } from '../model/measures';

interface Opened {
    measure: Measure;
    value: MeasureValue;
}

class OpenValue {
    request = $state.raw<Opened | null>(null);
}

export const openValue = new OpenValue();
