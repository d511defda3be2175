package pdf

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// Command is the argument with which Read starts this program again. The program then
// calls Serve and nothing else.
const Command = "read-pdf"

// Serve reads one document, writes its lines for the process that started this one, and
// returns the exit status. The limits are the whole process's.
func Serve(in io.Reader, out io.Writer) (exit int) {
	debug.SetMaxStack(maxStack) // objects within objects
	for resource, limit := range map[int]uint64{unix.RLIMIT_DATA: maxMemory, unix.RLIMIT_CPU: maxCPU, unix.RLIMIT_CORE: 0, unix.RLIMIT_NOFILE: 16} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
			return 3
		}
	}
	var a answer
	body, err := io.ReadAll(in)
	if err == nil {
		a.Print, err = linesOf(body)
	}
	if err != nil {
		a = answer{Err: fmt.Sprintf("the PDF cannot be read: %s", err)}
	}
	if json.NewEncoder(out).Encode(a) != nil {
		return 3
	}
	return 0
}
