package main

import (
	"runtime"
	"time"
)

// circumstances are when and where a run measured.
type circumstances struct {
	At    time.Time `json:"at"`
	Go    string    `json:"go"`
	Cores int       `json:"cores"`
}

func circumstancesNow() circumstances {
	return circumstances{time.Now().UTC(), runtime.Version(), runtime.NumCPU()}
}
