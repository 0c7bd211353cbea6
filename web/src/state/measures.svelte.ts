/** Which value of a measure is opened to what it was made of. */
import type { Measure, MeasureValue } from '../model/measures';

interface Opened {
    measure: Measure;
    value: MeasureValue;
    /** Made of a part of the readings: what was kept is made of all, and not shown. */
    partial?: boolean;
    /** The version of how it was computed. */
    code?: string;
}

class OpenValue {
    request = $state.raw<Opened | null>(null);
}

export const openValue = new OpenValue();
