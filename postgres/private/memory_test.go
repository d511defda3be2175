package private

import "testing"

func TestSharedBuffersFitTheMachine(t *testing.T) {
	for memory, want := range map[int64]string{0: "128MB", 512 << 20: "128MB", 2 << 30: "256MB", 64 << 30: "1024MB"} {
		if got := sharedBuffers(memory); got != want {
			t.Errorf("%d bytes: %s, want %s", memory, got, want)
		}
	}
	for info, want := range map[string]int64{
		"MemTotal:       16314560 kB\nMemFree: 1 kB\n": 16314560 << 10, "MemFree: 1 kB\nMemTotal: 5 kB": 5 << 10, "": 0, "MemTotal: many kB\n": 0,
	} {
		if got := memTotal(info); got != want {
			t.Errorf("%q: %d, want %d", info, got, want)
		}
	}
	if memory() <= 0 {
		t.Error("this machine's memory is unknown")
	}
}
