package journal

import "testing"

func TestNumbersAreWrittenBackShort(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`[1.50, -0.0 ,2.00,2]`:                   `[1.5, -0.0 ,2.0,2]`,
		`123456789012345678901234567890`:         `123456789012345678901234567890`,
		`-9223372036854775809`:                   `-9223372036854775809`,
		`{"1.50":"2.50\"3.50","a":[0.10]}`:       `{"1.50":"2.50\"3.50","a":[0.1]}`,
		`[1e2,1e15,1E-4,0.00001,1.10e-7,0e9]`:    `[100.0,1E+15,0.0001,1E-05,1.1E-07,0.0]`,
		`[0.1000000000000000055511151231257827]`: `[0.1]`,
		`1e400`:                                  `1e400`,
	} {
		if got := string(shortNumbers([]byte(given))); got != want {
			t.Errorf("%s becomes %s, want %s", given, got, want)
		}
	}
}
