"""A runner, a treadmill and sensors made of software; they feed the same ports as hardware."""
