// The headers of musubi_headers (rooms.cmake) are compiled along with this file, which holds nothing.
