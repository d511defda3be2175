package private

import (
	"os"
	"strconv"
	"strings"
)

const (
	leastBuffers, mostBuffers = 128 << 20, 1 << 30 // bytes
)

// sharedBuffers is PostgreSQL's shared_buffers: an eighth of the machine's memory, within
// limits. Where the readers' table does not fit, every email of a large edition costs one
// more read and write.
func sharedBuffers(memory int64) string {
	return strconv.FormatInt(min(max(memory/8, leastBuffers), mostBuffers)>>20, 10) + "MB"
}

// memory is how many bytes this process and its children may use; 0: unknown. A container
// may have less than its machine (cgroup version 2, then 1).
func memory() int64 {
	info, _ := os.ReadFile("/proc/meminfo")
	total := memTotal(string(info))
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, _ := os.ReadFile(file)
		if limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && limit > 0 && (total == 0 || limit < total) {
			total = limit
		}
	}
	return total
}

// memTotal reads the line "MemTotal:  16314560 kB"; 0: there is no such line.
func memTotal(info string) int64 {
	for line := range strings.Lines(info) {
		if rest, ok := strings.CutPrefix(line, "MemTotal:"); ok {
			kilobytes, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}
