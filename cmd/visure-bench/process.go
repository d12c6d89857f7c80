package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// family returns a process and, apart, all that descend from it; nothing where
// the system does not tell.
func family(of int) (head process, others []process, err error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return head, nil, err
	}
	all := map[int]process{}
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		p, err := parseStat(string(text))
		if err != nil {
			return head, nil, fmt.Errorf("read %s: %w", file, err)
		}
		all[p.pid] = p
	}
	for pid, p := range all {
		if pid != of && descends(all, pid, of) {
			others = append(others, p)
		}
	}
	return all[of], others, nil
}

func descends(all map[int]process, pid, from int) bool {
	for pid > 1 {
		if pid == from {
			return true
		}
		pid = all[pid].parent
	}
	return false
}

// process is one line of /proc/<pid>/stat.
type process struct {
	pid, parent   int
	own, children time.Duration // children: those that have ended and were waited for
}

// tick is the unit of times in /proc, the same on every architecture Go runs on.
const tick = time.Second / 100

// parseStat reads a line as proc(5) describes it: the name in brackets may hold
// anything, so fields are counted after it.
func parseStat(line string) (process, error) {
	before, after, ok := cutLast(line, ")")
	head, _, _ := strings.Cut(before, " ")
	fields := strings.Fields(after)
	if !ok || len(fields) < 15 {
		return process{}, fmt.Errorf("%q is no line of a process", line)
	}
	var p process
	var times [4]int
	for _, f := range []struct {
		text string
		to   *int
	}{{head, &p.pid}, {fields[1], &p.parent}, {fields[11], &times[0]}, {fields[12], &times[1]}, {fields[13], &times[2]}, {fields[14], &times[3]}} {
		n, err := strconv.Atoi(f.text)
		if err != nil {
			return process{}, err
		}
		*f.to = n
	}
	p.own, p.children = time.Duration(times[0]+times[1])*tick, time.Duration(times[2]+times[3])*tick
	return p, nil
}

func cutLast(text, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(text, sep); i >= 0 {
		return text[:i], text[i+len(sep):], true
	}
	return text, "", false
}
