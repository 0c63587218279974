"""What people see: the clinician's console, the runner's screen, the station's health."""
