foreach(unit arena blob buf crs err geom geos gzip hilbert json_read json_write log mem ring_check
        source spool text text_number value when)
  cassini_unit_test(test_${unit} USES base LINKS m)
endforeach()
